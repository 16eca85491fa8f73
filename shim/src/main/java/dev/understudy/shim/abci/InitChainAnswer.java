package dev.understudy.shim.abci;

import dev.understudy.types.Bytes;
import dev.understudy.types.InitChainResults;

/**
 * The app's answer to InitChain, which can never be asked for again once the app has committed.
 *
 * @param raw the message as the app wrote it
 */
public record InitChainAnswer(Bytes raw, InitChainResults results) {}
