package io.lifeguard;

/**
 * An executor that properties declare. Its class is the guard's own and Spring's in all
 * that matters: what it overrides is no application's business.
 */
public interface DeclaredPool {

}
