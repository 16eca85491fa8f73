/** Micro benchmarks of what a sync does for each block; run by the Maven profile jmh alone. */
@NullMarked
package dev.understudy.micro;

import org.jspecify.annotations.NullMarked;
