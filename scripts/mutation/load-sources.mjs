// A setup file of vitest.config.ts. Before the run that finds out which test executes which place, it loads
// every source of the folder. Otherwise, what a module does when it is loaded would be said to be executed only by the
// test that happens to be the first to load it, with import().
import { inject } from 'vitest'

if (inject('mode') === 'dry-run') {
  for (const file of process.env.ONPATH_MUTATION_SOURCES.split(' ')) await import(new URL(`../../${file}`, import.meta.url).pathname)
}
