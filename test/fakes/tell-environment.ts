/** A worker that prints its environment and then fails to start. */
console.log(`token ${process.env.FLIPSIDE_TEST_TOKEN}, data ${process.env.DATA_DIR}`);
console.log(`threads ${process.env.THREADS}`);
