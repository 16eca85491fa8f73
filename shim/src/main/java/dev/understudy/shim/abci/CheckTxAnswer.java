package dev.understudy.shim.abci;

import dev.understudy.types.Bytes;

/** The app's judgement on a transaction that is in no block; code 0 is approval. */
public record CheckTxAnswer(
    int code, Bytes data, String log, String codespace, long gasWanted, long gasUsed) {}
