package dev.understudy.tools.archive;

/**
 * What a run of the packer added.
 *
 * @param chainId the chain packed
 * @param lastHeight up to where the archive reaches now
 * @param bundles written in this run, over all pools
 */
public record PackReport(String chainId, long lastHeight, int bundles) {}
