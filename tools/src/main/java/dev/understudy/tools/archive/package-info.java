/**
 * Archives in KYVE's form as folders: serving one as KYVE's REST and storage, and packing one from
 * a running node. Knows no pipeline, no app and no node's home, and never prints.
 */
@NullMarked
package dev.understudy.tools.archive;

import org.jspecify.annotations.NullMarked;
