package io.lifeguard.proxy;

import java.util.concurrent.ForkJoinPool;

/**
 * Superclass of the proxies of a {@link ForkJoinPool}. Never constructed.
 */
class ForkJoinPoolProxy extends ForkJoinPool {

}
