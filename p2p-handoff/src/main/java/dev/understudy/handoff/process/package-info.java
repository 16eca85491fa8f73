/**
 * Programs and processes of a chain: which program it needs at a height (upgrade plans as the SDK's
 * x/upgrade writes them, cosmovisor's folder), which engine line one was built with, and the real
 * node as a process that is started, found again and stopped. Knows no database and no RPC.
 */
@NullMarked
package dev.understudy.handoff.process;

import org.jspecify.annotations.NullMarked;
