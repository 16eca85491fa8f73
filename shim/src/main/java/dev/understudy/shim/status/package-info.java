/**
 * What a sync shows of itself while it runs: snapshots of its progress, its meters, and the HTTP
 * page for boards and probes. Only reads; knows no terminal and changes nothing in a run.
 */
@NullMarked
package dev.understudy.shim.status;

import org.jspecify.annotations.NullMarked;
