package io.lifeguard;

/**
 * An executor that properties declare. Its class is the guard's own and Spring's in all
 * that matters: its overrides do not count as application code.
 */
public interface DeclaredPool {

}
