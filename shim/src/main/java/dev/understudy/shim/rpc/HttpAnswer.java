package dev.understudy.shim.rpc;

/**
 * What is sent back; whoever sends it releases the body.
 *
 * @param type the content type, empty where there is no content
 * @param cacheable for a day
 */
record HttpAnswer(int status, String type, boolean cacheable, AnswerBytes body) {
  static final String JSON = "application/json";
  static final String HTML = "text/html";
  static final String PLAIN = "text/plain; charset=utf-8";
}
