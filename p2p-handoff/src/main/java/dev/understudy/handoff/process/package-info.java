/**
 * Which program a chain needs at a height: upgrade plans as the SDK's x/upgrade writes them, and
 * the folder in which cosmovisor keeps a program for each. Touches nothing but that folder; starts
 * no process and knows no database.
 */
@NullMarked
package dev.understudy.handoff.process;

import org.jspecify.annotations.NullMarked;
