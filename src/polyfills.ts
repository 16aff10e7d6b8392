/**
 * Language features that the code uses and Node 20 and 22 lack. The build bundles them into dist/polyfills.js, and
 * bin/livehook.js loads that where it is needed. Sources run on Node 24, which has them all.
 */
import 'core-js/actual/array/from-async.js';
import 'core-js/actual/async-disposable-stack/index.js';
import 'core-js/actual/disposable-stack/index.js';
import 'core-js/actual/iterator/index.js';
import 'core-js/actual/map/group-by.js';
import 'core-js/actual/object/group-by.js';
import 'core-js/actual/promise/with-resolvers.js';
import 'core-js/actual/url/parse.js';
