package dev.understudy.shim.abci;

import dev.understudy.types.Bytes;

/** What the app tells of its state; code 0 is success. */
public record QueryAnswer(
    int code,
    String log,
    String info,
    long index,
    Bytes key,
    Bytes value,
    long height,
    String codespace) {}
