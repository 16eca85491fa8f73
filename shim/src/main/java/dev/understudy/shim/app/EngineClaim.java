package dev.understudy.shim.app;

import dev.understudy.types.line.EngineLine;

/**
 * One source's word on the engine line.
 *
 * @param source who says so and by what, as a message to the operator names it
 */
public record EngineClaim(EngineLine line, String source) {}
