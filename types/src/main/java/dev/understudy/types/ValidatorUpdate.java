package dev.understudy.types;

/** The app's wish to give a key this voting power; 0 removes it. */
public record ValidatorUpdate(PubKey pubKey, long power) {}
