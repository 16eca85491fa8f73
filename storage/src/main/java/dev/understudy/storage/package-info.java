/** Placeholder. */
@NullMarked
package dev.understudy.storage;

import org.jspecify.annotations.NullMarked;
