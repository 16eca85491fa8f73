/**
 * The answers journal: the app's answers to each block, synced before Commit, because they are the
 * one thing that can't be asked for twice. Knows neither blocks nor databases; answers are bytes.
 */
@NullMarked
package dev.understudy.storage.journal;

import org.jspecify.annotations.NullMarked;
