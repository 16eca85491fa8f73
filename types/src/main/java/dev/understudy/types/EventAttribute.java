package dev.understudy.types;

/** A key and value of an event; bytes, because 0.34 allows more than text. */
public record EventAttribute(Bytes key, Bytes value, boolean index) {}
