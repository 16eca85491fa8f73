/**
 * Real nodes and apps as child processes, and the acceptance tests that run against them. Binaries
 * are built by {@link dev.understudy.acceptance.RealNodes}; whatever is started belongs to a {@link
 * dev.understudy.acceptance.TestBed}, which ends it. Run by the Maven profiles {@code real-nodes}
 * and {@code real-nodes-all} only.
 */
@NullMarked
package dev.understudy.acceptance;

import org.jspecify.annotations.NullMarked;
