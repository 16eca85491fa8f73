/**
 * A node's home directory: where things lie, what config.toml says, who holds it, and its databases
 * as a whole from opening to sealing. The only place that makes paths of a home. Knows no key of
 * any database itself; validator files are read at most.
 */
@NullMarked
package dev.understudy.storage.home;

import org.jspecify.annotations.NullMarked;
