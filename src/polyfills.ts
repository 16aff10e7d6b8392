/**
 * Adds language features that the code uses and Node.js 20 and 22 lack. The build bundles this file into
 * dist/polyfills.js, which bin/livehook.js loads on those versions. Node.js 24 needs none of them.
 */
import 'core-js/actual/array/from-async.js';
import 'core-js/actual/async-disposable-stack/index.js';
import 'core-js/actual/disposable-stack/index.js';
import 'core-js/actual/iterator/index.js';
import 'core-js/actual/map/group-by.js';
import 'core-js/actual/object/group-by.js';
import 'core-js/actual/promise/with-resolvers.js';
import 'core-js/actual/url/parse.js';
