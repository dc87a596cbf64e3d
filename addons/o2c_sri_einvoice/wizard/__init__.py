from . import account_debit_note
from . import account_move_reversal
from . import o2c_sri_check
from . import o2c_sri_fetch
from . import o2c_sri_guide
