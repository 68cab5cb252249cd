/** Notices of the works that TensorFlow.js compiles into its `.wasm` files. They are in its WORKSPACE file, not in its package. */
import path from 'node:path';
import { noticeOf } from './third-party-notices.mjs';

const disclaimer = `THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING,
BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT
SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR
CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR
PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR
TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
POSSIBILITY OF SUCH DAMAGE.`;

const twoClauses = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following
conditions are met:

* Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
  disclaimer in the documentation and/or other materials provided with the distribution.`;

const thirdClause = `* Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
  derived from this software without specific prior written permission.`;

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const licenses = {
  'BSD-3-Clause': `${twoClauses}\n\n${thirdClause}\n\n${disclaimer}`,
  'BSD-2-Clause': `${twoClauses}\n\n${disclaimer}`,
  MIT: mit,
};

/** Name, license and copyright holders of each work. */
const works = [
  ['XNNPACK', 'BSD-3-Clause', '(c) Facebook, Inc. and its affiliates', '2019 Google LLC'],
  ['pthreadpool', 'BSD-2-Clause', '(c) 2017 Facebook Inc.', '(c) 2015-2017 Georgia Institute of Technology'],
  [
    'cpuinfo',
    'BSD-2-Clause',
    '(c) 2017 Facebook Inc.',
    '(C) 2012-2017 Georgia Institute of Technology',
    '(C) 2010-2012 Marat Dukhan',
  ],
  ['FP16', 'MIT', '(c) 2017 Facebook Inc.', '(c) 2017 Georgia Institute of Technology'],
  ['FXdiv', 'MIT', '(c) 2016 Marat Dukhan'],
  ['psimd', 'MIT', '(c) 2017 Facebook Inc.', '(c) 2014-2017 Georgia Institute of Technology'],
  ['Emscripten', 'MIT', '(c) 2010-2014 Emscripten authors'],
  ['musl', 'MIT', '(c) 2005-2020 Rich Felker, et al.'],
];

/** Returns the notices of the works inside our `.wasm` files and TensorFlow.js's, for every bundle that includes them. */
export function wasmNotices() {
  const { version } = noticeOf(folderOf('@tensorflow/tfjs-backend-wasm'));
  const inTfjs = works.map(([name, identifier, ...copyrights]) => ({
    name,
    version: `in @tensorflow/tfjs-backend-wasm ${version}`,
    identifier,
    text: `${copyrights.map((copyright) => `Copyright ${copyright}`).join('\n')}\n\n${licenses[identifier]}`,
  }));
  return [noticeOf(folderOf('assemblyscript')), ...inTfjs];
}

/** Returns the folder of a package that this one depends on. */
export function folderOf(name) {
  return path.join(import.meta.dirname, '../node_modules', name);
}
