/**
 * The key-value contract of a node's databases. Backends live in packages below; nothing here knows
 * what the keys mean.
 */
@NullMarked
package dev.understudy.storage.kv;

import org.jspecify.annotations.NullMarked;
