/** A worker that prints what it was given and cannot start. */
console.log(`token ${process.env.FLIPSIDE_TEST_TOKEN}, data ${process.env.DATA_DIR}`);
