export type { FoundTask, TaskFile, TaskFolder } from "./found-task.ts";
export { harborTask, isTaskFolder } from "./harbor-task.ts";
export { sweTask } from "./swe-task.ts";
export { taskError } from "./task-error.ts";
export { testsReport } from "./tests-report.ts";
