/**
 * A new home before the first sync: what is known of a chain from registry files, its genesis file,
 * the settings of config.toml, cosmovisor's folder. Knows nothing of syncing.
 */
@NullMarked
package dev.understudy.tools.setup;

import org.jspecify.annotations.NullMarked;
