/**
 * Databases of a home for people: how many records of which kind they hold, and where two homes
 * differ. Reads shadows; what keys and values mean it asks the stores' own guides.
 */
@NullMarked
package dev.understudy.storage.inspect;

import org.jspecify.annotations.NullMarked;
