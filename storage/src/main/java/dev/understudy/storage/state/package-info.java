/**
 * The state store: the engine's state, validators and consensus params per height, and the app's
 * answers. Computes no state itself.
 */
@NullMarked
package dev.understudy.storage.state;

import org.jspecify.annotations.NullMarked;
