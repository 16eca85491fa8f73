package dev.understudy.shim.rpc;

import dev.understudy.types.Bytes;

/**
 * A request as far as it counts; as with a node the verb does not.
 *
 * @param query encoded, empty where there is none
 * @param host as the client called us
 * @param isForm whether the body is the arguments of a URI call
 */
record HttpAsk(String path, String query, String host, boolean isForm, Bytes body) {}
