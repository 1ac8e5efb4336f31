/** Modules in which each type is made in C. */
const MODULES = new Set(
  (
    'builtins _abc _ast _asyncio _blake2 _bz2 _codecs _collections _contextvars _csv _ctypes _curses _datetime _dbm ' +
    '_decimal _elementtree _functools _gdbm _hashlib _hmac _interpchannels _interpqueues _interpreters _io _json _lsprof ' +
    '_lzma _md5 _multibytecodec _multiprocessing _operator _pickle _queue _random _remote_debugging _sha1 _sha2 _sha256 ' +
    '_sha3 _sha512 _socket _sqlite3 _sre _ssl _struct _symtable _testcapi _thread _tkinter _tokenize _winapi _zoneinfo ' +
    '_zstd array atexit itertools mmap posix pwd pyexpat select signal sys time unicodedata xxsubtype zlib'
  ).split(' '),
);
/** Types made in C of modules that have others too. */
const TYPES = new Set(
  (
    'collections.OrderedDict collections.defaultdict collections.deque contextvars.Context contextvars.ContextVar ' +
    'contextvars.Token datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone ' +
    'datetime.tzinfo decimal.Context decimal.Decimal functools.partial ' +
    'functools._lru_cache_wrapper functools._lru_list_elem functools.KeyWrapper operator.attrgetter ' +
    'operator.itemgetter operator.methodcaller re.Match re.Pattern sqlite3.Connection sqlite3.Cursor sqlite3.Row ' +
    'types.SimpleNamespace typing.Generic typing.ParamSpec typing.ParamSpecArgs typing.ParamSpecKwargs typing.TypeVar ' +
    'typing.TypeAliasType typing.TypeVarTuple typing.Union weakref.ReferenceType xml.etree.ElementTree.Element ' +
    'xml.etree.ElementTree.TreeBuilder xml.etree.ElementTree.XMLParser zoneinfo.ZoneInfo string.templatelib.Template ' +
    'string.templatelib.Interpolation os.DirEntry os.stat_result'
  ).split(' '),
);

/** Whether a class is Python's own and made in C, as far as its name tells. */
export function isBuiltin(module: string, qualname: string): boolean {
  return MODULES.has(module) || TYPES.has(`${module}.${qualname}`);
}
