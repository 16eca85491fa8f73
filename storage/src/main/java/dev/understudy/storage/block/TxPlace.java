package dev.understudy.storage.block;

/**
 * Where a transaction is, and what became of it, as Celestia's block store keeps it.
 *
 * @param error the log of one that failed, else empty
 */
public record TxPlace(long height, int index, int code, String error) {}
