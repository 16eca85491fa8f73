/** Makes valid chains with real keys, and breaks one thing of them at a time. */
@NullMarked
package dev.understudy.shim.testchain;

import org.jspecify.annotations.NullMarked;
