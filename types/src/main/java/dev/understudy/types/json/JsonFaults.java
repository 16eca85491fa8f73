package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;

/** Says of a text what is wrong in it, what stands there instead, and where. */
final class JsonFaults {
  private final JsonParser parser;
  private final JsonSubject subject;

  JsonFaults(final JsonParser parser, final JsonSubject subject) {
    this.parser = parser;
    this.subject = subject;
  }

  /** What is there is not what belongs there. */
  MalformedJsonException expected(final String what) {
    return here("expected %s, found %s".formatted(what, found()));
  }

  /** A problem where the parser stands. */
  MalformedJsonException here(final String problem) {
    return new MalformedJsonException(
        subject.kind(), subject.advice(), path(), offset(parser.currentTokenLocation()), problem);
  }

  /** A rule about the whole is broken; the place is a path without an offset. */
  MalformedJsonException at(final String path, final String problem) {
    return new MalformedJsonException(subject.kind(), subject.advice(), path, -1, problem);
  }

  /**
   * The reader's own complaint as ours; what is a failing stream and no fault of the text, goes on.
   */
  MalformedJsonException ofReader(final IOException failure) throws IOException {
    if (failure instanceof StreamConstraintsException tooMuch) {
      return malformed(tooMuch, "over a limit: " + tooMuch.getOriginalMessage());
    }
    if (failure instanceof JsonProcessingException syntax) {
      return malformed(syntax, "not JSON: " + syntax.getOriginalMessage());
    }
    if (failure instanceof CharConversionException
        || failure instanceof ZipException
        || failure instanceof EOFException) {
      return malformed(failure, "not JSON: " + failure.getMessage());
    }
    throw failure;
  }

  private MalformedJsonException malformed(final IOException cause, final String problem) {
    return new MalformedJsonException(
        subject.kind(), subject.advice(), path(), offset(parser.currentLocation()), problem, cause);
  }

  private String path() {
    return parser.getParsingContext().pathAsPointer(false).toString();
  }

  private static long offset(final JsonLocation location) {
    return location.getByteOffset();
  }

  private String found() {
    final JsonToken token = parser.currentToken();
    if (token == null) {
      return "the end";
    }
    return switch (token) {
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number" + shown();
      case VALUE_STRING -> "a string" + shown();
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case END_OBJECT -> "the object's end";
      case END_ARRAY -> "the array's end";
      case FIELD_NAME -> "a field";
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
    };
  }

  private String shown() {
    try {
      final String text = parser.getText();
      return text.length() > 40
          ? " of %d characters".formatted(text.length())
          : " \"%s\"".formatted(text);
    } catch (final IOException e) {
      // the message is about another fault; this one only takes the value out of it
      return "";
    }
  }
}
