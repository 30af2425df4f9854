//   zip-folder.js FOLDER FILE

import { zipFolder } from "../../command/layer/zip-folder";

const [folder, file] = process.argv.slice(2);
void zipFolder(folder, file);
