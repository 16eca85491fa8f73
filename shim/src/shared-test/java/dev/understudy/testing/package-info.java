/**
 * What the tests of several modules stand on; {@code shim} and {@code tools} compile it among their
 * own. Knows JUnit and nothing of ours.
 */
@NullMarked
package dev.understudy.testing;

import org.jspecify.annotations.NullMarked;
