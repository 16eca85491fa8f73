/** Placeholder. */
@NullMarked
package dev.understudy.handoff;

import org.jspecify.annotations.NullMarked;
