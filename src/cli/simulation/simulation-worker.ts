export { simulateTask as default } from './simulate-task.ts'
