package dev.understudy.types;

/** The app's answer to Info. */
public record AppInfo(
    String data, String version, long appVersion, long lastBlockHeight, Bytes lastBlockAppHash) {}
