/** A process that fails at every start. */
throw new Error('nothing works');
