// Whether there is anybody to tell.

import { NotificationTargets } from "./notifications";

/** False for an empty list; whatever else stands for one is refused by `Notifications`, rather than taken for nobody. */
export const tellsSomebody = ({ emails, topicArn }: NotificationTargets): boolean =>
  topicArn !== undefined || (Array.isArray(emails) ? emails.length > 0 : emails !== undefined);
