import { ServerError, Status } from "nice-grpc";

/** Names of gRPC status codes, as faults and messages use them. */
export type StatusName = Exclude<keyof typeof Status, number>;

export const notFound = (message: string): ServerError =>
  new ServerError(Status.NOT_FOUND, message);
export const invalid = (message: string): ServerError =>
  new ServerError(Status.INVALID_ARGUMENT, message);
export const alreadyExists = (message: string): ServerError =>
  new ServerError(Status.ALREADY_EXISTS, message);
export const precondition = (message: string): ServerError =>
  new ServerError(Status.FAILED_PRECONDITION, message);
export const unauthenticated = (message: string): ServerError =>
  new ServerError(Status.UNAUTHENTICATED, message);
export const unavailable = (message: string): ServerError =>
  new ServerError(Status.UNAVAILABLE, message);
export const exhausted = (message: string): ServerError =>
  new ServerError(Status.RESOURCE_EXHAUSTED, message);
