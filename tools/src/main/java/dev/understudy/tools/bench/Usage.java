package dev.understudy.tools.bench;

import java.util.OptionalLong;

/**
 * What a process has used.
 *
 * @param cpuSeconds user and system time, children that it has waited for included
 * @param peakRssBytes largest resident set of the process or of one that it has started
 * @param writtenBytes bytes that went to the disk
 */
record Usage(double cpuSeconds, OptionalLong peakRssBytes, OptionalLong writtenBytes) {}
