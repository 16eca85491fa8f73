/**
 * The arithmetic of validator sets: who proposes next, and what a set becomes by the app's updates.
 * The same on every engine line. Knows neither blocks nor signatures.
 */
@NullMarked
package dev.understudy.types.validators;

import org.jspecify.annotations.NullMarked;
