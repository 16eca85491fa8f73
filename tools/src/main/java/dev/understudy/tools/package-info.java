/** Placeholder. */
@NullMarked
package dev.understudy.tools;

import org.jspecify.annotations.NullMarked;
