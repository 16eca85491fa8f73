package dev.understudy.shim.abci;

import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;

/**
 * The app's answer to a whole block.
 *
 * @param raw the message as the app wrote it: journal and state database keep exactly these bytes
 */
public record FinalizeBlockAnswer(Bytes raw, BlockResults results) {}
