/**
 * The engine lines: the only place that knows their names and what differs between them. Everybody
 * else asks an {@link dev.understudy.types.line.EngineLine} a question.
 */
@NullMarked
package dev.understudy.types.line;

import org.jspecify.annotations.NullMarked;
