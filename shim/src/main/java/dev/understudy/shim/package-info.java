/** Placeholder. */
@NullMarked
package dev.understudy.shim;

import org.jspecify.annotations.NullMarked;
